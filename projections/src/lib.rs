//! waybill-projections

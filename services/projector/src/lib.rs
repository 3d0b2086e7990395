//! waybill-projector

//! waybill-runtime

//! waybill-sandbox

//! waybill-sender

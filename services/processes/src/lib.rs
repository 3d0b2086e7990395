//! waybill-processes

//! waybill-event-store

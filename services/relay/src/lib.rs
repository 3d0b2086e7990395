//! waybill-relay

//! waybill-providers

//! Lists: a page at a time, or as a stream that follows the pages.

mod connections;
mod cursor;
mod customer_gateways;
mod listing;
mod page;
#[cfg(test)]
mod tests;

pub use connections::ListConnections;
pub use customer_gateways::ListCustomerGateways;
pub use listing::Listing;
pub use page::Page;

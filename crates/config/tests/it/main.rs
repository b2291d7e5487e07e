//! What is in force under which sources.

mod resolve;
mod settings;
mod table;

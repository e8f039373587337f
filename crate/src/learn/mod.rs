/*!
The numbers of the lessons, each as plain Rust: what a lesson shows is computed here, and its claims are tests.
*/

pub mod networks;

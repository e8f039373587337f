/*! What the page loads for lessons, and to make features of a known spectrum: one module each. */

mod alpha_by_hand;
mod alpha_near_1;
mod eigenspectrum;
mod finite_n;
mod generated;
mod networks;
mod noise_floor;
mod smoothness;
mod window;

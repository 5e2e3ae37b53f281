//! Whole-product tests of Mainstay: boundaries, published cases, the command line and the real window.

//! Prints the TypeScript side of the wire.

fn main() {
    print!("{}", mainstay_app::typescript());
}

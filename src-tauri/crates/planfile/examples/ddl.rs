//! Prints the domain's tables as SQL, for a new format version.

fn main() {
    print!("{}", mainstay_planfile::ddl());
}

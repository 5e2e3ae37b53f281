//! A disk that fails or runs full at the n-th write, as SQLite sees it.
//!
//! SQLite reaches the disk through a table of functions for each open file. The default way in is wrapped: every file it
//! opens gets a copy of its table in which writing, cutting and syncing are counted first, and refused when it is time.

#![allow(
    unsafe_code,
    reason = "SQLite's way to the disk is a table of C functions; nothing else here is unsafe"
)]

use rusqlite::ffi;
use std::os::raw::{c_char, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU64, Ordering};

/// How the disk behaves from the chosen write on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It is full: that write and every later one is refused, also after trying again.
    Full,
    /// That one write fails.
    Once,
    /// It is broken: that write and every later one fails.
    Broken,
}

static COUNT: AtomicU64 = AtomicU64::new(0);
static FAIL_AT: AtomicI64 = AtomicI64::new(-1);
static HOW: AtomicU8 = AtomicU8::new(0);
static ORIGINAL: OnceLock<Original> = OnceLock::new();

struct Original {
    vfs: *mut ffi::sqlite3_vfs,
    methods: *const ffi::sqlite3_io_methods,
    counted: ffi::sqlite3_io_methods,
}

// The tables are written once, before anything reads them.
unsafe impl Send for Original {}
unsafe impl Sync for Original {}

/// Puts the counting disk in the place of the real one, for every file that this process opens from now on.
///
/// # Panics
/// When SQLite has no way to the disk.
pub fn install() {
    ORIGINAL.get_or_init(|| unsafe {
        let vfs = ffi::sqlite3_vfs_find(ptr::null());
        assert!(!vfs.is_null(), "SQLite has a way to the disk");
        let methods = first_methods(vfs);
        let mut counted = *methods;
        counted.xWrite = Some(write);
        counted.xTruncate = Some(truncate);
        counted.xSync = Some(sync);
        let mut outer = Box::new(*vfs);
        outer.zName = c"counted".as_ptr();
        outer.xOpen = Some(open);
        outer.xDelete = Some(delete);
        let rc = ffi::sqlite3_vfs_register(Box::into_raw(outer), 1);
        assert_eq!(rc, ffi::SQLITE_OK);
        Original {
            vfs,
            methods,
            counted,
        }
    });
}

/// Lets the disk fail so at the n-th write from now, counted from 0.
pub fn fail_at(n: u64, how: Failure) {
    HOW.store(how as u8, Ordering::SeqCst);
    COUNT.store(0, Ordering::SeqCst);
    FAIL_AT.store(i64::try_from(n).unwrap_or(i64::MAX), Ordering::SeqCst);
}

/// Mends the disk; how many writes there were since it was told to fail.
pub fn mend() -> u64 {
    FAIL_AT.store(-1, Ordering::SeqCst);
    COUNT.load(Ordering::SeqCst)
}

/// Counts a write; what it is answered, if it is refused.
fn refused(full: c_int, broken: c_int) -> Option<c_int> {
    let at = FAIL_AT.load(Ordering::SeqCst);
    let n = i64::try_from(COUNT.fetch_add(1, Ordering::SeqCst)).unwrap_or(i64::MAX);
    let how = HOW.load(Ordering::SeqCst);
    let now = at >= 0 && (n == at || (n > at && how != Failure::Once as u8));
    now.then_some(if how == Failure::Full as u8 {
        full
    } else {
        broken
    })
}

/// The functions of a file that the real disk opens.
unsafe fn first_methods(vfs: *mut ffi::sqlite3_vfs) -> *const ffi::sqlite3_io_methods {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = std::ffi::CString::new(format!("{}\0", dir.path().join("probe").display()))
        .or_else(|_| std::ffi::CString::new(dir.path().join("probe").display().to_string()))
        .expect("a path without zeros");
    unsafe {
        let size = usize::try_from((*vfs).szOsFile).unwrap_or(0);
        let mut room = vec![0u64; size / 8 + 1];
        let file = room.as_mut_ptr().cast::<ffi::sqlite3_file>();
        let flags =
            ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE | ffi::SQLITE_OPEN_TEMP_JOURNAL;
        let mut out = 0;
        let open = (*vfs).xOpen.expect("a way to open");
        assert_eq!(
            open(vfs, path.as_ptr(), file, flags, &mut out),
            ffi::SQLITE_OK
        );
        let methods = (*file).pMethods;
        if let Some(close) = (*methods).xClose {
            close(file);
        }
        methods
    }
}

fn original() -> &'static Original {
    ORIGINAL.get().expect("installed before it is used")
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let o = original();
    unsafe {
        let Some(real) = (*o.vfs).xOpen else {
            return ffi::SQLITE_CANTOPEN;
        };
        let rc = real(o.vfs, name, file, flags, out);
        if rc == ffi::SQLITE_OK && (*file).pMethods == o.methods {
            (*file).pMethods = &o.counted;
        }
        rc
    }
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    if let Some(rc) = refused(ffi::SQLITE_IOERR_DELETE, ffi::SQLITE_IOERR_DELETE) {
        return rc;
    }
    let o = original();
    unsafe {
        (*o.vfs)
            .xDelete
            .map_or(ffi::SQLITE_IOERR, |f| f(o.vfs, name, sync))
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    data: *const c_void,
    amount: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    let real = unsafe { (*original().methods).xWrite };
    match refused(ffi::SQLITE_FULL, ffi::SQLITE_IOERR_WRITE) {
        // A full disk has often taken a part of it.
        Some(rc) => {
            if let Some(f) = real.filter(|_| amount > 512) {
                unsafe { f(file, data, amount / 512 / 2 * 512, at) };
            }
            rc
        }
        None => unsafe { real.map_or(ffi::SQLITE_IOERR, |f| f(file, data, amount, at)) },
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    if let Some(rc) = refused(ffi::SQLITE_IOERR_TRUNCATE, ffi::SQLITE_IOERR_TRUNCATE) {
        return rc;
    }
    unsafe {
        (*original().methods)
            .xTruncate
            .map_or(ffi::SQLITE_IOERR, |f| f(file, size))
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    if let Some(rc) = refused(ffi::SQLITE_FULL, ffi::SQLITE_IOERR_FSYNC) {
        return rc;
    }
    unsafe {
        (*original().methods)
            .xSync
            .map_or(ffi::SQLITE_IOERR, |f| f(file, flags))
    }
}

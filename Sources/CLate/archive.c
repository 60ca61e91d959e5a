#include "late.h"
#include <archive.h>
#include <archive_entry.h>

static const char *const names[] = {"libarchive.so.13", "libarchive.so", NULL};
static late_library library = {names, NULL};

#define ARCHIVE struct archive *
#define ENTRY struct archive_entry *
#define TEXT const char *

LATE(library, TEXT, archive_error_string, (ARCHIVE a), (a))
LATE(library, ARCHIVE, archive_read_new, (void), ())
LATE(library, int, archive_read_free, (ARCHIVE a), (a))
LATE(library, int, archive_read_support_filter_gzip, (ARCHIVE a), (a))
LATE(library, int, archive_read_support_format_raw, (ARCHIVE a), (a))
LATE(library, int, archive_read_support_format_tar, (ARCHIVE a), (a))
LATE(library, int, archive_read_support_format_zip_seekable, (ARCHIVE a), (a))
LATE(library, int, archive_read_open_fd, (ARCHIVE a, int file, size_t block), (a, file, block))
LATE(library, int, archive_read_open_filename, (ARCHIVE a, TEXT name, size_t block),
     (a, name, block))
LATE(library, int, archive_read_open_memory, (ARCHIVE a, const void *data, size_t size),
     (a, data, size))
LATE(library, int, archive_read_next_header, (ARCHIVE a, ENTRY *entry), (a, entry))
LATE(library, la_ssize_t, archive_read_data, (ARCHIVE a, void *data, size_t size), (a, data, size))
LATE(library, ARCHIVE, archive_write_new, (void), ())
LATE(library, int, archive_write_close, (ARCHIVE a), (a))
LATE(library, int, archive_write_free, (ARCHIVE a), (a))
LATE(library, int, archive_write_open_fd, (ARCHIVE a, int file), (a, file))
LATE(library, int, archive_write_set_format_ustar, (ARCHIVE a), (a))
LATE(library, int, archive_write_header, (ARCHIVE a, ENTRY entry), (a, entry))
LATE(library, la_ssize_t, archive_write_data, (ARCHIVE a, const void *data, size_t size),
     (a, data, size))
LATE(library, ENTRY, archive_entry_new, (void), ())
LATE(library, void, archive_entry_free, (ENTRY entry), (entry))
LATE(library, __LA_MODE_T, archive_entry_filetype, (ENTRY entry), (entry))
LATE(library, TEXT, archive_entry_pathname, (ENTRY entry), (entry))
LATE(library, TEXT, archive_entry_hardlink, (ENTRY entry), (entry))
LATE(library, TEXT, archive_entry_symlink, (ENTRY entry), (entry))
LATE(library, la_int64_t, archive_entry_size, (ENTRY entry), (entry))
LATE(library, int, archive_entry_size_is_set, (ENTRY entry), (entry))
LATE(library, int, archive_entry_sparse_count, (ENTRY entry), (entry))
LATE(library, void, archive_entry_set_filetype, (ENTRY entry, unsigned type), (entry, type))
LATE(library, void, archive_entry_set_mtime, (ENTRY entry, time_t time, long part),
     (entry, time, part))
LATE(library, void, archive_entry_set_pathname, (ENTRY entry, TEXT name), (entry, name))
LATE(library, void, archive_entry_set_perm, (ENTRY entry, __LA_MODE_T mode), (entry, mode))
LATE(library, void, archive_entry_set_size, (ENTRY entry, la_int64_t size), (entry, size))

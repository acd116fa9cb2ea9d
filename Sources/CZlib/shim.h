// The deflate compression of zlib: entries of .npz files are zip entries. Its entry points are
// macros that pass the version and the size of the state; Swift imports no such macros.
#pragma once
#include <zlib.h>

// A stream without the header of zlib or gzip, as in zip files.
static inline int czlib_raw_inflate_init(z_stream *stream) {
  return inflateInit2(stream, -MAX_WBITS);
}

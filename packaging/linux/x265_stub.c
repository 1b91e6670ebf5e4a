/* Stands in for libx265 in the packaged app.

   libheif, which reads HEIC photos, is linked against libx265, which writes them. Posto writes none.
   x265 is under the GPL and 22 MB large; a library that says "no encoder" is all that libheif asks
   for: it looks for the encoder when a picture is to be written, never before. */

#ifndef API
#error "compile with -DAPI=x265_api_get_NUMBER, the symbol that libheif asks for"
#endif

const void *API(int bit_depth) { (void)bit_depth; return 0; }
void x265_cleanup(void) {}

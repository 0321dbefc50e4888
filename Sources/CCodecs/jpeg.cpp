#include "readers.hpp"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <stdexcept>
#include <string>
// After <cstdio>: libjpeg's headers need FILE.
#include <jpeglib.h>
#include <jerror.h>

namespace {

constexpr int endOfImage = 0xd9;

/// A libjpeg decompressor with its data source and its error handler.
struct Reader {
  jpeg_decompress_struct info{};
  jpeg_source_mgr source{};
  jpeg_error_mgr errors{};
  std::jmp_buf failed;
  char words[JMSG_LENGTH_MAX] = "";
  const uint8_t *const end;
  /// The start of the zeros that fill the data to the end: what a disk or a network did not deliver.
  const uint8_t *zeros;
  /// Whether libjpeg reached the end of the data before the end of the picture.
  bool isExhausted = false;
  /// Rows that were decoded before the data ended; -1 if the data are complete.
  int wholeRows = -1;

  Reader(const uint8_t *bytes, size_t count);
  ~Reader() { jpeg_destroy_decompress(&info); }

  bool endsInZeros() const { return end - zeros > prefetched; }

  bool isReadingZeros() const { return !isExhausted && source.next_input_byte > zeros + prefetched; }

  void noteEnd() {
    if (wholeRows < 0) wholeRows = (int)info.input_iMCU_row * info.max_v_samp_factor * DCTSIZE;
  }

 private:
  /// libjpeg reads this many bytes ahead.
  static constexpr int prefetched = 8;
};

Reader &reader(j_common_ptr info) { return *(Reader *)info->client_data; }
Reader &reader(j_decompress_ptr info) { return reader((j_common_ptr)info); }

/// libjpeg cannot wait for more data; an end marker makes it fill in what is missing.
boolean giveEnd(j_decompress_ptr info) {
  static const JOCTET end[] = {0xff, endOfImage};
  reader(info).isExhausted = true;
  info->src->next_input_byte = end;
  info->src->bytes_in_buffer = sizeof end;
  return TRUE;
}

void skip(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  if ((size_t)count > info->src->bytes_in_buffer) {
    giveEnd(info);
  } else {
    info->src->next_input_byte += count;
    info->src->bytes_in_buffer -= count;
  }
}

void noteMessage(j_common_ptr info, int level) {
  if (level >= 0) return;
  info->err->num_warnings++;
  if (info->err->msg_code != JWRN_HIT_MARKER) return;
  // If data end early at a restart marker, they are damaged, which OpenCV ignores; at any other marker, the rest is missing.
  const int marker = reader(info).info.unread_marker;
  if (marker < JPEG_RST0 || marker > JPEG_RST0 + 7) reader(info).noteEnd();
}

[[noreturn]] void fail(j_common_ptr info) {
  info->err->format_message(info, reader(info).words);
  std::longjmp(reader(info).failed, 1);
}

Reader::Reader(const uint8_t *bytes, size_t count) : end(bytes + count), zeros(bytes + count) {
  while (zeros > bytes && zeros[-1] == 0) zeros--;
  info.err = jpeg_std_error(&errors);
  errors.error_exit = fail;
  errors.emit_message = noteMessage;
  info.client_data = this;
  // jpeg_create_decompress fails only if the library and its header are of different versions.
  if (setjmp(failed)) throw std::runtime_error(words);
  jpeg_create_decompress(&info);
  source.init_source = [](j_decompress_ptr) {};
  source.fill_input_buffer = giveEnd;
  source.skip_input_data = skip;
  source.resync_to_restart = jpeg_resync_to_restart;
  source.term_source = [](j_decompress_ptr) {};
  source.next_input_byte = bytes;
  source.bytes_in_buffer = count;
  info.src = &source;
}

/// Whether any coefficient of a progressive picture lacks some of its bits.
bool isCoarse(const jpeg_decompress_struct &info) {
  if (info.coef_bits == nullptr) return true;
  for (int component = 0; component < info.num_components; component++) {
    for (int index = 0; index < DCTSIZE2; index++) {
      if (info.coef_bits[component][index] != 0) return true;
    }
  }
  return false;
}

/// Converts CMYK to BGR with the same arithmetic as OpenCV.
void convertCMYK(const uint8_t *cmyk, uint8_t *bgr, int width) {
  for (int x = 0; x < width; x++, cmyk += 4, bgr += 3) {
    const int key = cmyk[3];
    for (int index = 0; index < 3; index++) {
      bgr[2 - index] = (uint8_t)(key - ((255 - cmyk[index]) * key >> 8));
    }
  }
}

/// Reads the rows; false if libjpeg failed, with its message in `reader.words`. Nothing here may need a destructor, because
/// libjpeg leaves with longjmp.
bool readRows(Reader &reader, bool grey, cv::Mat &picture, cv::Mat &row) {
  if (setjmp(reader.failed)) return false;
  auto &info = reader.info;
  jpeg_read_header(&info, TRUE);
  const bool isCMYK = info.num_components == 4;
  info.out_color_space = isCMYK ? JCS_CMYK : grey ? JCS_GRAYSCALE : JCS_EXT_BGR;
  // Reads all scans if there are several.
  jpeg_start_decompress(&info);
  if (jpeg_has_multiple_scans(&info) && reader.isExhausted && (isCoarse(info) || reader.endsInZeros())) {
    reader.noteEnd();
  }
  picture.create((int)info.output_height, (int)info.output_width, info.out_color_components == 1 ? CV_8UC1 : CV_8UC3);
  if (isCMYK) row.create(1, picture.cols, CV_8UC4);
  while (info.output_scanline < info.output_height) {
    uint8_t *target = picture.ptr((int)info.output_scanline);
    JSAMPROW line = isCMYK ? row.ptr() : target;
    jpeg_read_scanlines(&info, &line, 1);
    if (isCMYK) convertCMYK(line, target, picture.cols);
    if (reader.isReadingZeros()) reader.noteEnd();
  }
  // Arithmetic decoding reads missing data as zeros, without a warning.
  if (info.arith_code && reader.isExhausted) reader.noteEnd();
  return true;
}

}  // namespace

cv::Mat readJPEG(const uint8_t *bytes, size_t count, bool grey) {
  Reader reader(bytes, count);
  cv::Mat picture, row;
  if (!readRows(reader, grey, picture, row)) throw std::runtime_error(reader.words);
  if (reader.wholeRows >= 0) throw CutShort{std::max(1, picture.rows - reader.wholeRows)};
  return picture;
}

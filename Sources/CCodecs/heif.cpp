#include "readers.hpp"

#include <libheif/heif.h>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace {

void check(heif_error error) {
  if (error.code == heif_error_Ok) return;
  if (error.code == heif_error_Memory_allocation_error) throw std::bad_alloc();
  if (error.subcode == heif_suberror_Unsupported_codec) throw NoCodec();
  throw std::runtime_error(error.message);
}

template <typename Value>
using Owned = std::unique_ptr<Value, void (*)(Value *)>;

}  // namespace

cv::Mat readHEIF(const uint8_t *bytes, size_t count) {
  const Owned<heif_context> context(heif_context_alloc(), heif_context_free);
  if (context == nullptr) throw std::bad_alloc();
  heif_context_set_max_decoding_threads(context.get(), 0);
  check(heif_context_read_from_memory_without_copy(context.get(), bytes, count, nullptr));

  heif_image_handle *primary = nullptr;
  check(heif_context_get_primary_image_handle(context.get(), &primary));
  const Owned<const heif_image_handle> handle(primary, heif_image_handle_release);

  const Owned<heif_decoding_options> options(heif_decoding_options_alloc(), heif_decoding_options_free);
  if (options == nullptr) throw std::bad_alloc();
  options->convert_hdr_to_8bit = 1;
  options->strict_decoding = 1;
  heif_image *decoded = nullptr;
  // libheif applies the file's rotation, mirroring and cropping.
  check(heif_decode_image(
      handle.get(), &decoded, heif_colorspace_RGB, heif_chroma_interleaved_RGB, options.get()));
  const Owned<const heif_image> image(decoded, heif_image_release);

  int stride = 0;
  const uint8_t *pixels = heif_image_get_plane_readonly(image.get(), heif_channel_interleaved, &stride);
  const int width = heif_image_get_width(image.get(), heif_channel_interleaved);
  const int height = heif_image_get_height(image.get(), heif_channel_interleaved);
  if (pixels == nullptr || width < 1 || height < 1) throw std::runtime_error("libheif gives no pixels");
  cv::Mat picture;
  cv::cvtColor(
      cv::Mat(height, width, CV_8UC3, const_cast<uint8_t *>(pixels), (size_t)stride), picture, cv::COLOR_RGB2BGR);
  return picture;
}

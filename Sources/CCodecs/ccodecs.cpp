#include "ccodecs.h"
#include "copencv_guarded.hpp"
#include "readers.hpp"

#include <limits>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <vector>

struct ccodecs_picture {
  cv::Mat pixels;
};

struct ccodecs_bytes {
  std::vector<uint8_t> storage;
};

namespace {

/// Decodes with OpenCV; empty if OpenCV cannot decode the bytes.
cv::Mat readWithOpenCV(const uint8_t *bytes, size_t count) {
  const cv::Mat encoded(1, (int)count, CV_8UC1, const_cast<uint8_t *>(bytes));
  return cv::imdecode(encoded, cv::IMREAD_COLOR);
}

cv::Mat read(int32_t codec, const uint8_t *bytes, size_t count, bool grey) {
  switch (codec) {
    case ccodecs_opencv: return readWithOpenCV(bytes, count);
    case ccodecs_jpeg: return readJPEG(bytes, count, grey);
    case ccodecs_gif: return readGIF(bytes, count);
    case ccodecs_webp_animation: return readWebPAnimation(bytes, count);
    case ccodecs_heif: return readHEIF(bytes, count);
    default: throw std::invalid_argument("no such codec");
  }
}

/// Applies an EXIF orientation: 2…4 mirror the picture or turn it upside down, 5…8 also swap width and height.
void turn(cv::Mat &picture, int32_t orientation) {
  if (orientation >= 5) cv::transpose(picture, picture);
  switch (orientation) {
    case 2: case 6: cv::flip(picture, picture, 1); break;
    case 3: case 7: cv::flip(picture, picture, -1); break;
    case 4: case 8: cv::flip(picture, picture, 0); break;
    default: break;
  }
}

}  // namespace

int32_t ccodecs_decode(
    int32_t codec, const uint8_t *bytes, int64_t count, int32_t grey, int32_t orientation,
    ccodecs_picture **picture, int32_t *missing_rows, copencv_error *error) {
  *picture = nullptr;
  *missing_rows = 0;
  return copencv_guarded(error, [&]() -> int32_t {
    if (count > std::numeric_limits<int>::max()) throw std::length_error("more than 2 GiB");
    try {
      cv::Mat pixels = read(codec, bytes, (size_t)count, grey != 0);
      if (pixels.empty()) return ccodecs_undecodable;
      turn(pixels, orientation);
      *picture = new ccodecs_picture{pixels};
      return copencv_success;
    } catch (const CutShort &cut) {
      *missing_rows = cut.missingRows;
      return ccodecs_cut_short;
    } catch (const NoCodec &) {
      return ccodecs_no_codec;
    }
  });
}

int32_t ccodecs_picture_width(const ccodecs_picture *picture) { return picture->pixels.cols; }

int32_t ccodecs_picture_height(const ccodecs_picture *picture) { return picture->pixels.rows; }

int32_t ccodecs_picture_grey(
    const ccodecs_picture *picture, uint8_t *pixels, copencv_error *error) {
  return copencv_guarded(error, [&] {
    cv::Mat grey(picture->pixels.size(), CV_8UC1, pixels);
    if (picture->pixels.channels() == 1)
      picture->pixels.copyTo(grey);
    else
      cv::cvtColor(picture->pixels, grey, cv::COLOR_BGR2GRAY);
    return copencv_success;
  });
}

int32_t ccodecs_picture_bgr(const ccodecs_picture *picture, uint8_t *pixels, copencv_error *error) {
  return copencv_guarded(error, [&] {
    cv::Mat bgr(picture->pixels.size(), CV_8UC3, pixels);
    if (picture->pixels.channels() == 3)
      picture->pixels.copyTo(bgr);
    else
      cv::cvtColor(picture->pixels, bgr, cv::COLOR_GRAY2BGR);
    return copencv_success;
  });
}

int32_t ccodecs_picture_colors(
    const ccodecs_picture *picture, uint8_t *values, copencv_error *error) {
  return copencv_guarded(error, [&] {
    const cv::Mat &pixels = picture->pixels;
    for (int channel = 0; channel < 3; channel++, values += pixels.total()) {
      cv::Mat plane(pixels.size(), CV_8UC1, values);
      if (pixels.channels() == 3)
        cv::extractChannel(pixels, plane, channel);
      else
        pixels.copyTo(plane);
    }
    return copencv_success;
  });
}

void ccodecs_picture_free(ccodecs_picture *picture) { delete picture; }

int32_t ccodecs_encode(
    const uint8_t *pixels, int32_t width, int32_t height, int32_t channels, const char *extension,
    int32_t quality, ccodecs_bytes **bytes, copencv_error *error) {
  *bytes = nullptr;
  return copencv_guarded(error, [&] {
    const cv::Mat image(height, width, CV_8UC(channels), const_cast<uint8_t *>(pixels));
    std::vector<uint8_t> encoded;
    std::vector<int> parameters;
    if (std::string(extension) == ".jpg") parameters = {cv::IMWRITE_JPEG_QUALITY, quality};
    cv::imencode(extension, image, encoded, parameters);
    *bytes = new ccodecs_bytes{std::move(encoded)};
    return copencv_success;
  });
}

const uint8_t *ccodecs_bytes_start(const ccodecs_bytes *bytes) { return bytes->storage.data(); }

int64_t ccodecs_bytes_count(const ccodecs_bytes *bytes) { return (int64_t)bytes->storage.size(); }

void ccodecs_bytes_free(ccodecs_bytes *bytes) { delete bytes; }

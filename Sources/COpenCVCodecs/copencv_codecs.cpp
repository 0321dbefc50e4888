#include "copencv_codecs.h"
#include "copencv_guarded.hpp"

#include <limits>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

struct copencv_picture {
  cv::Mat pixels;
};

struct copencv_bytes {
  std::vector<uint8_t> storage;
};

int32_t copencv_decode(
    const uint8_t *bytes, int64_t count, int32_t grey, copencv_picture **picture,
    copencv_error *error) {
  *picture = nullptr;
  return copencv_guarded(error, [&]() -> int32_t {
    if (count > std::numeric_limits<int>::max()) throw std::length_error("more than 2 GiB");
    const cv::Mat encoded(1, (int)count, CV_8UC1, const_cast<uint8_t *>(bytes));
    cv::Mat pixels = cv::imdecode(encoded, grey ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR);
    if (pixels.empty()) return copencv_undecodable;
    *picture = new copencv_picture{pixels};
    return copencv_success;
  });
}

int32_t copencv_picture_width(const copencv_picture *picture) { return picture->pixels.cols; }

int32_t copencv_picture_height(const copencv_picture *picture) { return picture->pixels.rows; }

int32_t copencv_picture_grey(
    const copencv_picture *picture, uint8_t *pixels, copencv_error *error) {
  return copencv_guarded(error, [&] {
    cv::Mat grey(picture->pixels.size(), CV_8UC1, pixels);
    if (picture->pixels.channels() == 1)
      picture->pixels.copyTo(grey);
    else
      cv::cvtColor(picture->pixels, grey, cv::COLOR_BGR2GRAY);
    return copencv_success;
  });
}

int32_t copencv_picture_bgr(const copencv_picture *picture, uint8_t *pixels, copencv_error *error) {
  return copencv_guarded(error, [&] {
    cv::Mat bgr(picture->pixels.size(), CV_8UC3, pixels);
    if (picture->pixels.channels() == 3)
      picture->pixels.copyTo(bgr);
    else
      cv::cvtColor(picture->pixels, bgr, cv::COLOR_GRAY2BGR);
    return copencv_success;
  });
}

void copencv_picture_free(copencv_picture *picture) { delete picture; }

int32_t copencv_encode(
    const uint8_t *pixels, int32_t width, int32_t height, int32_t channels, const char *extension,
    int32_t quality, copencv_bytes **bytes, copencv_error *error) {
  *bytes = nullptr;
  return copencv_guarded(error, [&] {
    const cv::Mat image(height, width, CV_8UC(channels), const_cast<uint8_t *>(pixels));
    std::vector<uint8_t> encoded;
    std::vector<int> parameters;
    if (std::string(extension) == ".jpg") parameters = {cv::IMWRITE_JPEG_QUALITY, quality};
    cv::imencode(extension, image, encoded, parameters);
    *bytes = new copencv_bytes{std::move(encoded)};
    return copencv_success;
  });
}

const uint8_t *copencv_bytes_start(const copencv_bytes *bytes) { return bytes->storage.data(); }

int64_t copencv_bytes_count(const copencv_bytes *bytes) { return (int64_t)bytes->storage.size(); }

void copencv_bytes_free(copencv_bytes *bytes) { delete bytes; }

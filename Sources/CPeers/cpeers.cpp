#include "cpeers.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

struct cpeers_detector {
  cv::HOGDescriptor hog;
};

cpeers_detector *cpeers_make_detector(
    int32_t window_width, int32_t window_height, int32_t cell_width, int32_t cell_height,
    int32_t block_cells_across, int32_t block_cells_down, int32_t bins, const float *weights,
    int32_t weight_count) {
  cv::setNumThreads(1);
  const cv::Size cell(cell_width, cell_height);
  const cv::Size block(cell_width * block_cells_across, cell_height * block_cells_down);
  auto *detector = new cpeers_detector{
      cv::HOGDescriptor(cv::Size(window_width, window_height), block, cell, cell, bins)};
  if ((int32_t)detector->hog.getDescriptorSize() + 1 != weight_count) {
    delete detector;
    return nullptr;
  }
  detector->hog.setSVMDetector(std::vector<float>(weights, weights + weight_count));
  return detector;
}

void cpeers_free_detector(cpeers_detector *detector) { delete detector; }

int64_t cpeers_detect(
    const cpeers_detector *detector, const uint8_t *pixels, int32_t width, int32_t height,
    double hit_threshold, int32_t stride, double scale) {
  const cv::Mat image(height, width, CV_8UC1, const_cast<uint8_t *>(pixels));
  std::vector<cv::Rect> found;
  detector->hog.detectMultiScale(
      image, found, hit_threshold, cv::Size(stride, stride), cv::Size(), scale, 0);
  return (int64_t)found.size();
}

int64_t cpeers_read_gray(const char *path) {
  const cv::Mat image = cv::imread(path);
  if (image.empty()) return 0;
  cv::Mat gray;
  cv::cvtColor(image, gray, cv::COLOR_BGR2GRAY);
  return (int64_t)gray.total();
}

internal import Annotations

/// How many annotated objects there are of each class.
struct ClassCounts {
  /// The most frequent first; nil is the class of those that have none.
  let sorted: [(name: String?, count: Int)]

  init(of annotations: [PictureAnnotation]) {
    let counts = Dictionary(grouping: annotations.flatMap(\.objects), by: \.className)
    sorted = counts.map { (name: $0, count: $1.count) }
      .sorted { ($1.count, $0.name ?? "") < ($0.count, $1.name ?? "") }
  }
}

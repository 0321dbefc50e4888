extension FeatureFile {
  /// Whether so many bytes of features wait that a merge should seal them before it goes on.
  ///
  /// A merge brings far more than a daemon's pictures do: at half of the file or a quarter of a gigabyte, what is written in
  /// all is at most a few times what is added.
  package func isSealDue(whileMerging byteCount: Int) -> Bool {
    byteCount > max(256 << 20, (path.fileSize ?? 0) / 2)
  }
}

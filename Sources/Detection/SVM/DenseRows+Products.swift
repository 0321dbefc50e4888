internal import CKernels

extension DenseRows {
  /// The inner products of some rows with some rows of another matrix.
  ///
  /// Split over threads by row; every product is summed in the same order whatever the threads do.
  /// - Returns: `rows.count * others.count` floats; entry (i, j) is row `rows[i]` · `other` row `others[j]`.
  func products(
    of rows: [UInt32], with other: DenseRows, rows others: [UInt32], threads: Int
  ) -> [Float] {
    precondition(columnCount == other.columnCount)
    precondition(rows.allSatisfy { $0 < rowCount } && others.allSatisfy { $0 < other.rowCount })
    // A multiple of the kernel's four rows, and few enough that threads finish together.
    let chunk = 32
    let pieces = concurrentMap(count: (rows.count + chunk - 1) / chunk, threads: threads) { piece in
      let part = rows[(piece * chunk)..<min((piece + 1) * chunk, rows.count)]
      return unsafe [Float](unsafeUninitializedCapacity: part.count * others.count) {
        products, filled in
        unsafe values.withUnsafeBufferPointer { left in
          unsafe other.values.withUnsafeBufferPointer { right in
            unsafe part.withUnsafeBufferPointer { part in
              unsafe others.withUnsafeBufferPointer { others in
                guard !part.isEmpty, !others.isEmpty else { return }
                unsafe ck_inner_products(
                  left.baseAddress!, part.baseAddress!, part.count,
                  right.baseAddress!, others.baseAddress!, others.count,
                  columnCount, products.baseAddress!)
              }
            }
          }
        }
        filled = part.count * others.count
      }
    }
    return Array(pieces.joined())
  }

  /// `sum` + Σ coefficient · row, in double precision, in the order given.
  func adding(_ terms: [(row: Int, coefficient: Double)], to sum: [Double]) -> [Double] {
    precondition(sum.count == columnCount)
    var sum = sum
    unsafe values.withUnsafeBufferPointer { values in
      unsafe sum.withUnsafeMutableBufferPointer { sum in
        for (row, coefficient) in terms where coefficient != 0 {
          unsafe ck_add_scaled(
            values.baseAddress! + row * columnCount, coefficient, columnCount, sum.baseAddress!)
        }
      }
    }
    return sum
  }
}

internal import CMatio
internal import Detection
internal import SystemPackage

/// Caltech-101's annotation of a picture: a level 5 MATLAB file whose variable `box_coord` holds y0, y1, x0, x1.
enum CaltechFile {
  static func annotation(_ path: FilePath) throws(AnnotationError) -> StatedAnnotation {
    // Matio reads any other file as level 4, and then allocates gigabytes if a damaged file claims a name that long.
    guard isLevel5(try bytes(of: path)) else {
      throw AnnotationError(path, "this is not a level 5 MATLAB file; save it with -v6 or -v7")
    }
    guard
      let file = unsafe path.withPlatformString({
        unsafe Mat_Open($0, Int32(MAT_ACC_RDONLY.rawValue))
      })
    else {
      throw AnnotationError(path, "this MATLAB file cannot be read")
    }
    defer { _ = unsafe Mat_Close(file) }
    guard let variable = unsafe Mat_VarReadInfo(file, "box_coord") else {
      throw AnnotationError(path, "the MATLAB file has no variable box_coord")
    }
    defer { unsafe Mat_VarFree(variable) }
    // Check the dimensions before allocating memory for the values.
    let shape =
      unsafe (variable.pointee.rank == 2
      ? [variable.pointee.dims[0], variable.pointee.dims[1]] : [])
    if shape.last == 4, shape[0] > 1 {
      throw AnnotationError(
        path, "box_coord has \(shape[0]) boxes, but must have one: y0, y1, x0, x1")
    }
    // Complex values are two pointers, to the real and the imaginary parts.
    guard [[1, 4], [4, 1], [2, 2]].contains(shape), unsafe variable.pointee.isComplex == 0,
      unsafe Mat_VarReadDataAll(file, variable) == 0,
      // Fractions are cut off, as by Python's int.
      let numbers = unsafe numbers(of: variable.pointee)?.map({ $0.rounded(.towardZero) }),
      numbers.count == 4,
      let box = Box(left: numbers[2], top: numbers[0], right: numbers[3], bottom: numbers[1])
    else {
      throw AnnotationError(path, "box_coord must be the four numbers y0, y1, x0, x1")
    }
    return StatedAnnotation(objects: [.init(box: box)])
  }

  /// Whether the 128-byte header ends with level 5's version and byte-order mark, in either byte order.
  private static func isLevel5(_ file: [UInt8]) -> Bool {
    let versionAndOrder = file.dropFirst(124).prefix(4)
    return [[0x00, 0x01] + Array("IM".utf8), [0x01, 0x00] + Array("MI".utf8)]
      .contains(Array(versionAndOrder))
  }

  /// The variable's values, whatever their number type; nil if they are not numbers.
  private static func numbers(of variable: matvar_t) -> [Double]? {
    guard let data = unsafe variable.data, unsafe variable.data_size > 0 else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: data, count: variable.nbytes)
    func read<Number: BitwiseCopyable>(
      as type: Number.Type, _ convert: (Number) -> Double
    ) -> [Double] {
      stride(
        from: 0, through: bytes.count - MemoryLayout<Number>.size, by: MemoryLayout<Number>.stride
      ).map { unsafe convert(bytes.loadUnaligned(fromByteOffset: $0, as: type)) }
    }
    switch unsafe variable.class_type {
    case MAT_C_DOUBLE: return read(as: Double.self) { $0 }
    case MAT_C_SINGLE: return read(as: Float.self) { Double($0) }
    case MAT_C_INT8: return read(as: Int8.self) { Double($0) }
    case MAT_C_UINT8: return read(as: UInt8.self) { Double($0) }
    case MAT_C_INT16: return read(as: Int16.self) { Double($0) }
    case MAT_C_UINT16: return read(as: UInt16.self) { Double($0) }
    case MAT_C_INT32: return read(as: Int32.self) { Double($0) }
    case MAT_C_UINT32: return read(as: UInt32.self) { Double($0) }
    case MAT_C_INT64: return read(as: Int64.self) { Double($0) }
    case MAT_C_UINT64: return read(as: UInt64.self) { Double($0) }
    default: return nil
    }
  }
}

import ImageStructure

extension ImageStructure {
  static let pixelLimit: UInt64 = 100_000_000

  /// Parses a whole file, in pieces of the given size.
  static func parse(
    _ bytes: [UInt8], maximumPixels: UInt64 = pixelLimit, pieceSize: Int = .max, followsScans: Bool = false
  ) throws(ImageStructureError) -> ImageStructure {
    var parser = ImageStructureParser(maximumPixels: maximumPixels, followsScans: followsScans)
    var position = 0
    while position < bytes.count {
      let end = position + min(pieceSize, bytes.count - position)
      try parser.consume(bytes[position..<end])
      position = end
    }
    return try parser.finish()
  }

  /// The outcome of parsing a whole file, to be compared.
  static func outcome(of bytes: [UInt8], pieceSize: Int = .max) -> Result<ImageStructure, ImageStructureError> {
    Result { () throws(ImageStructureError) in try parse(bytes, pieceSize: pieceSize) }
  }

  /// What would be stored of `bytes`, whose structure this is.
  func stored(of bytes: [UInt8], keepingMetadata: Bool = false) -> [UInt8] {
    pieces(keepingMetadata: keepingMetadata).flatMap { piece in
      switch piece {
      case .original(let range): Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
      case .inserted(let inserted): inserted
      }
    }
  }
}

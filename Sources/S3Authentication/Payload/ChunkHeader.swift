/// The line in front of a chunk: its size, and its signature where it has one.
struct ChunkHeader: Equatable {
  let size: Int64
  /// The hexadecimal digits of `chunk-signature`, as they came.
  let signature: [UInt8]?

  private static let signatureName = Array("chunk-signature=".utf8)

  /// Reads a line without its end. Extensions other than the signature mean nothing; of two signatures, nobody knows
  /// which one counts.
  init(_ line: [UInt8]) throws(S3AuthenticationError) {
    let parts = line.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    guard let size = Self.size(parts[0]) else { throw .malformedFraming }
    self.size = size
    let signatures = parts.dropFirst().filter { $0.starts(with: Self.signatureName) }
    guard signatures.count <= 1 else { throw .malformedFraming }
    signature = signatures.first.map { Array($0.dropFirst(Self.signatureName.count)) }
  }

  private static func size(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard !digits.isEmpty else { return nil }
    var size: Int64 = 0
    for digit in digits {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
      default: return nil
      }
      guard size <= Int64.max >> 4 else { return nil }
      size = size << 4 | Int64(value)
    }
    return size
  }
}

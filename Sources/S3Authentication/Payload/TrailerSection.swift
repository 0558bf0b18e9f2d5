internal import HTTPSemantics

/// The fields behind the last chunk, up to an empty line.
struct TrailerSection: Sendable {
  private static let signatureName = "x-amz-trailer-signature"
  /// Fields that a trailer may have; clients send one.
  private static let limit = 16

  private let isSigned: Bool
  private let announced: Set<String>
  private var isAfterLineFeed = false
  /// The fields, without the signature.
  private(set) var trailers: [NameValuePair] = []
  /// The hexadecimal digits of the signature, as they came.
  private(set) var signature: [UInt8]?

  /// - Parameters:
  ///   - isSigned: whether the last field is a signature over the others.
  ///   - announced: the names, in lower case, of the fields that have to be there; there may be no others.
  init(isSigned: Bool, announced: [String]) {
    self.isSigned = isSigned
    self.announced = Set(announced)
  }

  /// What the signature is over: each field on a line of its own.
  var signedBytes: [UInt8] {
    trailers.flatMap { Array("\($0.name):\($0.value)\n".utf8) }
  }

  /// Reads a line.
  /// - Returns: whether it was the last.
  mutating func consume(_ line: ChunkFraming.Line) throws(S3AuthenticationError) -> Bool {
    if line.content.isEmpty {
      // MinIO's Go client ends a field with LF CR LF.
      let isRestOfLine = isAfterLineFeed && line.hasCarriageReturn
      isAfterLineFeed = false
      return isRestOfLine ? false : try end()
    }
    isAfterLineFeed = !line.hasCarriageReturn
    guard signature == nil, trailers.count < Self.limit, let trailer = Self.field(line.content) else {
      throw S3AuthenticationError(.malformedTrailer)
    }
    if isSigned, trailer.name == Self.signatureName {
      signature = Array(trailer.value.utf8)
    } else {
      trailers.append(trailer)
    }
    return false
  }

  private func end() throws(S3AuthenticationError) -> Bool {
    let names = trailers.map(\.name)
    guard names.count == announced.count, Set(names) == announced, isSigned == (signature != nil) else {
      throw S3AuthenticationError(.malformedTrailer)
    }
    return true
  }

  private static func field(_ line: [UInt8]) -> NameValuePair? {
    guard
      line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), let colon = line.firstIndex(of: UInt8(ascii: ":")),
      let name = String(validating: line[..<colon], as: UTF8.self), HeaderFields.isName(name),
      let value = String(validating: line[(colon + 1)...], as: UTF8.self)
    else { return nil }
    return NameValuePair(name.lowercased(), HeaderFields.sanitized(value))
  }
}

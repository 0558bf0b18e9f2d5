/// The token by which a listing goes on: to its client it means nothing, in truth it is the last item in hexadecimal.
enum ContinuationToken {
  static func make(_ lastItem: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var token: [UInt8] = []
    token.reserveCapacity(lastItem.utf8.count * 2)
    for byte in lastItem.utf8 {
      token.append(digits[Int(byte >> 4)])
      token.append(digits[Int(byte & 15)])
    }
    return String(decoding: token, as: UTF8.self)
  }

  /// The item that a token stands for.
  ///
  /// - Throws: `InvalidArgument` for what is no token.
  static func item(_ token: String) throws(S3Error) -> String {
    var bytes: [UInt8] = []
    var digits = token.utf8.makeIterator()
    while let first = digits.next() {
      guard let high = Byte.hexValue(first), let low = digits.next().flatMap(Byte.hexValue) else { throw wrong }
      bytes.append(high << 4 | low)
    }
    guard let item = String(validating: bytes, as: UTF8.self) else { throw wrong }
    return item
  }

  private static let wrong = S3Error.invalidArgument(
    "The continuation token provided is incorrect", name: "continuation-token")
}

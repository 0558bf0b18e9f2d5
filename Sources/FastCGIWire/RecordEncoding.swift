internal import CFastCGI

/// Writing records at the end of a byte array.
extension [UInt8] {
  /// Appends a record's header.
  public mutating func appendRecordHeader(_ header: RecordHeader) {
    append(header.version)
    append(header.type.rawValue)
    append(UInt8(truncatingIfNeeded: header.requestID >> 8))
    append(UInt8(truncatingIfNeeded: header.requestID))
    append(UInt8(truncatingIfNeeded: header.contentLength >> 8))
    append(UInt8(truncatingIfNeeded: header.contentLength))
    append(UInt8(truncatingIfNeeded: header.paddingLength))
    append(0)
  }

  /// Sets the length of content in a header that was written before the length was known.
  /// - Parameter start: where the header begins.
  public mutating func setContentLength(_ length: Int, ofRecordAt start: Int) {
    precondition(length <= RecordHeader.maximumContentLength)
    self[start + 4] = UInt8(truncatingIfNeeded: length >> 8)
    self[start + 5] = UInt8(truncatingIfNeeded: length)
  }

  /// Appends a whole record, padded to a multiple of 8 bytes.
  public mutating func appendRecord(_ type: RecordType, requestID: UInt16, content: [UInt8]) {
    precondition(content.count <= RecordHeader.maximumContentLength)
    let padding = -content.count & 7
    appendRecordHeader(
      RecordHeader(type: type, requestID: requestID, contentLength: content.count, paddingLength: padding))
    append(contentsOf: content)
    append(contentsOf: repeatElement(0, count: padding))
  }

  /// Appends the record that ends a request (section 5.5).
  public mutating func appendEndRequest(_ requestID: UInt16, _ status: ProtocolStatus, applicationStatus: UInt32 = 0) {
    appendRecordHeader(RecordHeader(type: .endRequest, requestID: requestID, contentLength: 8))
    for shift in stride(from: 24, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: applicationStatus >> UInt32(shift)))
    }
    append(status.code)
    append(contentsOf: [0, 0, 0])
  }

  /// Appends a name-value pair (section 3.4).
  public mutating func appendPair(name: [UInt8], value: [UInt8]) {
    appendPairLength(name.count)
    appendPairLength(value.count)
    append(contentsOf: name)
    append(contentsOf: value)
  }

  private mutating func appendPairLength(_ length: Int) {
    if length < 128 {
      append(UInt8(length))
    } else {
      let marked = UInt32(truncatingIfNeeded: length) | 0x8000_0000
      for shift in stride(from: 24, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: marked >> UInt32(shift))) }
    }
  }
}

/// ZIP64 extended information (APPNOTE 4.5.3): the true values of those fields whose base is all ones, in fixed order.
///
/// It stands first among the extra fields, where old Windows versions look for it.
struct Zip64ExtendedInformation {
  static let headerID: UInt16 = 0x0001

  var size: UInt64?
  var compressedSize: UInt64?
  /// Offset of the local file header; in the central directory only.
  var localHeaderOffset: UInt64?

  var isEmpty: Bool { dataLength == 0 }
  var length: Int { isEmpty ? 0 : 4 + dataLength }

  private var dataLength: Int {
    (size == nil ? 0 : 8) + (compressedSize == nil ? 0 : 8) + (localHeaderOffset == nil ? 0 : 8)
  }

  func append(to bytes: inout [UInt8]) {
    guard !isEmpty else { return }
    bytes.append(littleEndian: Self.headerID)
    bytes.append(littleEndian: UInt16(dataLength))
    if let size { bytes.append(littleEndian: size) }
    if let compressedSize { bytes.append(littleEndian: compressedSize) }
    if let localHeaderOffset { bytes.append(littleEndian: localHeaderOffset) }
  }

  /// True if a 32-bit base field cannot hold the value: all ones is the mark for "see the extra field".
  static func isNeeded(for value: UInt64) -> Bool {
    value >= 0xFFFF_FFFF
  }
}

/// Extended timestamp (Info-ZIP, 0x5455): the modification time in Unix seconds, UTC.
///
/// The same bytes serve the local and the central header: the central one may carry no other time.
struct ExtendedTimestamp {
  static let headerID: UInt16 = 0x5455
  static let length = 9

  private let modificationTime: UInt32

  /// Nil for a time before 1970 or after 2038-01-19: the field is a signed 32-bit one,
  /// but some readers take it as unsigned. Then the MS-DOS time is all there is.
  init?(unixTime: Int64) {
    guard unixTime >= 0, unixTime <= Int64(Int32.max) else { return nil }
    modificationTime = UInt32(unixTime)
  }

  func append(to bytes: inout [UInt8]) {
    bytes.append(littleEndian: Self.headerID)
    bytes.append(littleEndian: UInt16(5))
    bytes.append(1)  // flags: only the modification time is present
    bytes.append(littleEndian: modificationTime)
  }
}

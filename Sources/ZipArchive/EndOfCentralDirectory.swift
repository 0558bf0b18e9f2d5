/// The records after the central directory: where a field needs it the ZIP64 end of central directory record
/// and its locator (APPNOTE 4.3.14, 4.3.15), then the end of central directory record (4.3.16).
struct EndOfCentralDirectory {
  static let signature: UInt32 = 0x0605_4b50
  static let zip64Signature: UInt32 = 0x0606_4b50
  static let zip64LocatorSignature: UInt32 = 0x0706_4b50
  static let fixedLength = 22
  static let zip64FixedLength = 56
  static let zip64LocatorLength = 20

  /// Number of members.
  let count: UInt64
  /// Length of the central directory in bytes, without these records.
  let directoryLength: UInt64
  /// Offset of the central directory from the start of the archive.
  let directoryOffset: UInt64

  /// A field that is all ones refers to the ZIP64 record; so 65,534 members are the most without one.
  private var isZip64: Bool {
    count >= 0xFFFF || Zip64ExtendedInformation.isNeeded(for: directoryLength)
      || Zip64ExtendedInformation.isNeeded(for: directoryOffset)
  }

  var length: Int {
    isZip64 ? Self.zip64FixedLength + Self.zip64LocatorLength + Self.fixedLength : Self.fixedLength
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    if isZip64 {
      appendZip64Record(to: &bytes)
      appendZip64Locator(to: &bytes)
    }
    bytes.append(littleEndian: Self.signature)
    bytes.append(littleEndian: UInt16(0))  // number of this disk
    bytes.append(littleEndian: UInt16(0))  // disk with the start of the central directory
    bytes.append(littleEndian: UInt16(clamping: count))  // entries on this disk
    bytes.append(littleEndian: UInt16(clamping: count))  // entries
    bytes.append(littleEndian: HeaderFields.base(directoryLength))
    bytes.append(littleEndian: HeaderFields.base(directoryOffset))
    bytes.append(littleEndian: UInt16(0))  // comment length
    return bytes
  }

  private func appendZip64Record(to bytes: inout [UInt8]) {
    bytes.append(littleEndian: Self.zip64Signature)
    bytes.append(littleEndian: UInt64(Self.zip64FixedLength - 12))  // without signature and this field
    bytes.append(littleEndian: HeaderFields.versionMadeBy)
    bytes.append(littleEndian: HeaderFields.versionNeededForZip64)
    bytes.append(littleEndian: UInt32(0))  // number of this disk
    bytes.append(littleEndian: UInt32(0))  // disk with the start of the central directory
    bytes.append(littleEndian: count)  // entries on this disk
    bytes.append(littleEndian: count)  // entries
    bytes.append(littleEndian: directoryLength)
    bytes.append(littleEndian: directoryOffset)
  }

  private func appendZip64Locator(to bytes: inout [UInt8]) {
    bytes.append(littleEndian: Self.zip64LocatorSignature)
    bytes.append(littleEndian: UInt32(0))  // disk with the ZIP64 end record
    bytes.append(littleEndian: directoryOffset + directoryLength)
    bytes.append(littleEndian: UInt32(1))  // number of disks
  }
}

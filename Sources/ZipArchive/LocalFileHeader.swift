/// Local file header (APPNOTE 4.3.7), with checksum and sizes in place: no data descriptor follows the content.
public struct LocalFileHeader: Sendable {
  static let signature: UInt32 = 0x0403_4b50
  static let fixedLength = 30

  private let member: ArchiveMember
  private let checksum: UInt32

  /// - Parameter checksum: CRC-32 of the uncompressed content.
  public init(_ member: ArchiveMember, checksum: UInt32) {
    self.member = member
    self.checksum = checksum
  }

  /// Length in bytes. It depends on the name, the sizes and the time, never on the checksum.
  public static func length(for member: ArchiveMember) -> Int {
    let timestamp = ExtendedTimestamp(unixTime: member.modificationTime)
    return fixedLength + member.name.count + zip64(for: member).length
      + (timestamp == nil ? 0 : ExtendedTimestamp.length)
  }

  /// The header's bytes: name and extra fields included.
  public var bytes: [UInt8] {
    let zip64 = Self.zip64(for: member)
    let isZip64 = !zip64.isEmpty
    let stamp = DOSDateTime(unixTime: member.modificationTime)
    let timestamp = ExtendedTimestamp(unixTime: member.modificationTime)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.fixedLength + member.name.count + zip64.length + ExtendedTimestamp.length)
    bytes.append(littleEndian: Self.signature)
    bytes.append(
      littleEndian: isZip64 ? HeaderFields.versionNeededForZip64 : HeaderFields.versionNeeded(for: member))
    bytes.append(littleEndian: HeaderFields.flags(for: member))
    bytes.append(littleEndian: HeaderFields.method(for: member))
    bytes.append(littleEndian: stamp.time)
    bytes.append(littleEndian: stamp.date)
    bytes.append(littleEndian: checksum)
    bytes.append(littleEndian: isZip64 ? .max : HeaderFields.base(member.compressedSize))
    bytes.append(littleEndian: isZip64 ? .max : HeaderFields.base(member.size))
    bytes.append(littleEndian: UInt16(truncatingIfNeeded: member.name.count))
    bytes.append(littleEndian: UInt16(zip64.length + (timestamp == nil ? 0 : ExtendedTimestamp.length)))
    bytes.append(contentsOf: member.name)
    zip64.append(to: &bytes)
    timestamp?.append(to: &bytes)
    return bytes
  }

  /// In a local header both sizes must be present if either is (APPNOTE 4.5.3).
  private static func zip64(for member: ArchiveMember) -> Zip64ExtendedInformation {
    guard
      Zip64ExtendedInformation.isNeeded(for: member.size)
        || Zip64ExtendedInformation.isNeeded(for: member.compressedSize)
    else { return Zip64ExtendedInformation() }
    return Zip64ExtendedInformation(size: member.size, compressedSize: member.compressedSize)
  }
}

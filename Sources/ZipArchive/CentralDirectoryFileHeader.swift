/// Central directory file header (APPNOTE 4.3.12).
struct CentralDirectoryFileHeader {
  static let signature: UInt32 = 0x0201_4b50
  static let fixedLength = 46

  let member: ArchiveMember
  let checksum: UInt32
  /// Offset of the member's local file header from the start of the archive.
  let localHeaderOffset: UInt64

  /// Length in bytes. It depends on the name, the sizes, the time and the offset.
  static func length(for member: ArchiveMember, localHeaderOffset: UInt64) -> Int {
    let timestamp = ExtendedTimestamp(unixTime: member.modificationTime)
    return fixedLength + member.name.count + zip64(for: member, localHeaderOffset: localHeaderOffset).length
      + (timestamp == nil ? 0 : ExtendedTimestamp.length)
  }

  var bytes: [UInt8] {
    let zip64 = Self.zip64(for: member, localHeaderOffset: localHeaderOffset)
    let stamp = DOSDateTime(unixTime: member.modificationTime)
    let timestamp = ExtendedTimestamp(unixTime: member.modificationTime)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.fixedLength + member.name.count + zip64.length + ExtendedTimestamp.length)
    bytes.append(littleEndian: Self.signature)
    bytes.append(littleEndian: HeaderFields.versionMadeBy)
    bytes.append(
      littleEndian: zip64.isEmpty
        ? HeaderFields.versionNeeded(for: member) : HeaderFields.versionNeededForZip64)
    bytes.append(littleEndian: HeaderFields.flags(for: member))
    bytes.append(littleEndian: HeaderFields.method(for: member))
    bytes.append(littleEndian: stamp.time)
    bytes.append(littleEndian: stamp.date)
    bytes.append(littleEndian: checksum)
    bytes.append(littleEndian: HeaderFields.base(member.compressedSize))
    bytes.append(littleEndian: HeaderFields.base(member.size))
    bytes.append(littleEndian: UInt16(truncatingIfNeeded: member.name.count))
    bytes.append(littleEndian: UInt16(zip64.length + (timestamp == nil ? 0 : ExtendedTimestamp.length)))
    bytes.append(littleEndian: UInt16(0))  // file comment length
    bytes.append(littleEndian: UInt16(0))  // disk number start
    bytes.append(littleEndian: UInt16(0))  // internal file attributes
    bytes.append(littleEndian: externalAttributes)
    bytes.append(littleEndian: HeaderFields.base(localHeaderOffset))
    bytes.append(contentsOf: member.name)
    zip64.append(to: &bytes)
    timestamp?.append(to: &bytes)
    return bytes
  }

  /// `st_mode` in the upper half (APPNOTE 4.4.15 leaves it to the host system), MS-DOS's directory bit in the lower.
  private var externalAttributes: UInt32 {
    (member.mode & 0xFFFF) << 16 | (member.isDirectory ? 0x10 : 0)
  }

  /// Each field for itself, unlike in the local header.
  private static func zip64(for member: ArchiveMember, localHeaderOffset: UInt64) -> Zip64ExtendedInformation {
    func overflowing(_ value: UInt64) -> UInt64? {
      Zip64ExtendedInformation.isNeeded(for: value) ? value : nil
    }
    return Zip64ExtendedInformation(
      size: overflowing(member.size), compressedSize: overflowing(member.compressedSize),
      localHeaderOffset: overflowing(localHeaderOffset))
  }
}

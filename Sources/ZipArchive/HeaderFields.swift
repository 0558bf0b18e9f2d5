/// Version numbers and flags that local and central headers share.
enum HeaderFields {
  /// Made by: host system 3 (Unix, so that the mode is read), version 6.3 of the specification (APPNOTE 4.4.2).
  static let versionMadeBy: UInt16 = 3 << 8 | 63

  /// Version needed to extract for a header with ZIP64 information, and for the ZIP64 end record (APPNOTE 4.4.3).
  static let versionNeededForZip64: UInt16 = 45

  /// Version needed to extract a member whose header is without ZIP64 information (APPNOTE 4.4.3).
  static func versionNeeded(for member: ArchiveMember) -> UInt16 {
    switch member.compression {
    case .stored: member.isDirectory ? 20 : 10
    case .deflated: 20
    }
  }

  /// General purpose bit flag: bit 11 says that the name is UTF-8 (APPNOTE 4.4.4). For plain ASCII it says nothing.
  static func flags(for member: ArchiveMember) -> UInt16 {
    let isASCII = member.name.allSatisfy { $0 < 0x80 }
    return !isASCII && isUTF8(member.name) ? 1 << 11 : 0
  }

  /// Compression method (APPNOTE 4.4.5).
  static func method(for member: ArchiveMember) -> UInt16 {
    switch member.compression {
    case .stored: 0
    case .deflated: 8
    }
  }

  /// A value in its 32-bit base field: all ones if it stands in the ZIP64 information instead.
  static func base(_ value: UInt64) -> UInt32 {
    UInt32(clamping: value)
  }
}

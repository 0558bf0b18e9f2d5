internal import Posix
internal import ZipArchive

/// Writes an archive, one member after the other.
struct ArchiveWriter: ~Copyable {
  private var output: ArchiveOutput
  private var encoder: ContentEncoder
  private let attributes: MemberAttributes
  private let progress: ProgressMeter
  private var members: [ArchiveMember] = []
  private var checksums: [UInt32] = []

  init(output: consuming ArchiveOutput, level: Int32, attributes: MemberAttributes, progress: ProgressMeter) {
    self.output = output
    encoder = ContentEncoder(level: level)
    self.attributes = attributes
    self.progress = progress
  }

  /// Writes a file's header and content, or an empty folder's header.
  mutating func add(_ item: PackingPlan.Item) throws(PackingError) {
    guard item.source.status.isRegular else {
      let folder = attributes.member(name: item.name, status: item.source.status, compression: .stored)
      return try addHeader(of: folder, EncodedContent(checksum: 0, compression: .stored))
    }
    let file = try FileReader(item.source)
    if output.canGoBack {
      try addContentThenHeader(of: file, name: item.name)
    } else {
      try addHeaderThenContent(of: file, name: item.name)
    }
  }

  /// Writes the central directory and ends the archive.
  mutating func finish() throws(PackingError) {
    let layout: ArchiveLayout
    do throws(ArchiveLayoutError) {
      layout = try ArchiveLayout(members: members)
    } catch {
      throw .cannotLayOut(error)
    }
    precondition(layout.centralDirectoryOffset == output.position, "the archive is not as it was laid out")
    let end = layout.centralDirectoryLength
    let checksums = self.checksums
    for start in stride(from: 0, to: end, by: FileReader.chunkSize) {
      let piece = layout.centralDirectory(from: start, to: start + UInt64(FileReader.chunkSize)) { checksums[$0] }
      try output.write(piece.span)
    }
    try output.finish()
    progress.end()
  }

  /// In a file: reads once, and fills in the header when checksum and length are known.
  private mutating func addContentThenHeader(
    of file: borrowing FileReader, name: [UInt8]
  ) throws(PackingError) {
    let start = output.position
    // The length of the header depends on the size of the content; what it shrinks to is smaller.
    let stored = attributes.member(name: name, status: file.status, compression: .stored)
    let contentStart = start + UInt64(LocalFileHeader.length(for: stored))
    output.move(to: contentStart)
    let isDeflating = try encoder.isWorthDeflating(file)
    var content = try Self.encode(file, isDeflating: isDeflating, &encoder, progress, into: &output)
    if isDeflating, !content.isDeflated {
      output.move(to: contentStart)
      content = try Self.encode(file, isDeflating: false, &encoder, progress, into: &output)
    }
    let end = output.position
    output.move(to: start)
    try addHeader(
      of: attributes.member(name: name, status: file.status, compression: content.compression), content)
    precondition(output.position == contentStart, "a header is not as long as predicted")
    output.move(to: end)
  }

  /// In a stream: reads for checksum and length, writes the header, and reads again. The encoded bytes of a small
  /// file are kept instead, so memory does not grow with the files.
  private mutating func addHeaderThenContent(
    of file: borrowing FileReader, name: [UInt8]
  ) throws(PackingError) {
    let isDeflating = try encoder.isWorthDeflating(file)
    let isSmall = file.size <= UInt64(ContentEncoder.sampleSize)
    var smallContent: [UInt8] = []
    let content = try encoder.encode(file, isDeflating: isDeflating, progress: progress.advance) { piece in
      if isSmall { smallContent.append(contentsOf: piece) }
    }
    try addHeader(
      of: attributes.member(name: name, status: file.status, compression: content.compression), content)
    if isSmall, isDeflating == content.isDeflated {
      try output.write(smallContent.span)
      return progress.advance(Int(file.size))
    }
    let again = try Self.encode(file, isDeflating: content.isDeflated, &encoder, progress, into: &output)
    guard again == content else { throw .changedWhileRead(file.path) }
  }

  private mutating func addHeader(of member: ArchiveMember, _ content: EncodedContent) throws(PackingError) {
    try output.write(LocalFileHeader(member, checksum: content.checksum).bytes.span)
    members.append(member)
    checksums.append(content.checksum)
  }

  private static func encode(
    _ file: borrowing FileReader, isDeflating: Bool, _ encoder: inout ContentEncoder, _ progress: ProgressMeter,
    into output: inout ArchiveOutput
  ) throws(PackingError) -> EncodedContent {
    try encoder.encode(file, isDeflating: isDeflating, progress: progress.advance) { (piece) throws(PackingError) in
      try output.write(piece)
    }
  }
}

public import Posix
public import Storage

/// An object that is a plain file, open to be read.
public final class LocalObject: OpenedObject {
  /// What is known of it, and of which version its content is.
  public let head: ObjectHead
  private let content: LocalContent

  /// - Parameters:
  ///   - status: of the file, before its metadata were read.
  ///   - isForeign: whether others write to the file, so that a change of its attributes is a sign of theirs: they may have
  ///     put the modification time back.
  public init(
    _ file: SharedDescriptor, _ metadata: ObjectMetadata, _ status: FileStatus, isForeign: Bool = false,
    threads: DiskThreads
  ) {
    let state = ContentVersion.FileState(status, isForeign: isForeign)
    head = ObjectHead(metadata, .file(state))
    content = LocalContent(file, state.version, threads: threads.disk(status.device))
  }

  /// Reads a range of the version that was opened.
  public func reader(_ range: Range<UInt64>) -> any ObjectReader {
    content.reader(range)
  }
}

extension ContentVersion.FileState {
  /// The state that a status tells of.
  /// - Parameter isForeign: whether a change of attributes or names counts.
  init(_ status: FileStatus, isForeign: Bool) {
    self.init(
      device: status.device, inode: status.inode, size: status.size, modified: status.modified,
      changed: isForeign ? status.changed : nil)
  }

  /// What an open file must still be to be in this state.
  var version: FileVersion { FileVersion(size: size, modified: modified, changed: changed) }
}

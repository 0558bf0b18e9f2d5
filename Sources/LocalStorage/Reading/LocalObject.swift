public import Posix
public import Storage

/// An object that is a plain file, open to be read.
public final class LocalObject: OpenedObject {
  /// What is known of it, and of which version its content is.
  public let head: ObjectHead
  private let content: LocalContent

  /// - Parameters:
  ///   - status: of the file, before its metadata was read.
  ///   - isForeign: whether others write to the file, so that a change of its attributes is a sign of theirs: they may have
  ///     put the modification time back.
  public init(
    _ file: SharedDescriptor, _ metadata: ObjectMetadata, _ status: FileStatus, isForeign: Bool = false,
    threads: DiskThreads
  ) {
    let state = isForeign ? ContentVersion.FileState(status) : ContentVersion.FileState(contentOf: status)
    head = ObjectHead(metadata, .file(state))
    content = LocalContent(file, state.version, threads: threads.disk(status.device))
  }

  /// Reads a range of the version that was opened.
  public func reader(_ range: Range<UInt64>) -> any ObjectReader {
    content.reader(range)
  }

  /// Appends a range of the version that was opened, in one step: on a file system that shares blocks nothing is read.
  public nonisolated(nonsending) func copy(
    _ range: Range<UInt64>, to writer: any ContentWriter
  ) async throws(StorageError) {
    try await writer.update { [content] (staged) throws(StorageError) in
      let failure: StorageError?
      do throws(StorageError) {
        try staged.append(.file(content.file, range, of: content.version))
        failure = nil
      } catch {
        failure = error
      }
      // A file that has become shorter fails to be copied, but that is not the disk's fault.
      try content.check()
      if let failure { throw failure }
    }
  }
}

extension ContentVersion.FileState {
  /// The state of a file to which others write: a change of attributes or names counts.
  init(_ status: FileStatus) {
    self.init(
      device: status.device, inode: status.inode, size: status.size, modified: status.modified,
      changed: status.changed)
  }

  /// The state of a file whose attributes and names the storage itself changes while others read.
  init(contentOf status: FileStatus) {
    self.init(device: status.device, inode: status.inode, size: status.size, modified: status.modified, changed: nil)
  }

  /// What an open file must still be to be in this state.
  var version: FileVersion { FileVersion(size: size, modified: modified, changed: changed) }
}

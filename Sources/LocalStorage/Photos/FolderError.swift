public import Posix

/// Why a photo folder could not be listed, or a member of it opened.
public enum FolderError: Error, Equatable, Sendable {
  /// There is no such folder.
  case notFound
  /// The place where all folders are cannot be opened.
  case rootUnavailable(Errno)
  /// The member vanished, or is not the file any more that was listed.
  case changed
  /// Something in the folder keeps it from being packed.
  case cannotBePacked(FolderFlaw)
  /// A system call failed; the context says what was being done.
  case io(Errno, context: String)

  /// A short name that does not change.
  public var code: String {
    switch self {
    case .notFound: "not-found"
    case .rootUnavailable: "root-unavailable"
    case .changed: "changed"
    case .cannotBePacked: "cannot-be-packed"
    case .io: "io"
    }
  }
}

extension FolderError {
  /// The error for an archive that needs the file at a path: a file that cannot be read keeps the archive from being
  /// packed. A shortage of descriptors or memory, which passes, stays as it is.
  public func keepingFromPacking(_ path: [UInt8]) -> FolderError {
    guard case .io(let error, _) = self, !error.isShortage else { return self }
    return .cannotBePacked(FolderFlaw(path: path, .unreadable(error)))
  }
}

extension FolderError: CustomStringConvertible {
  /// Words for the operator.
  public var description: String {
    switch self {
    case .notFound: "no such folder"
    case .rootUnavailable(let error): "opening the folder of all photo folders: \(error)"
    case .changed: "the file vanished or changed"
    case .cannotBePacked(let flaw): "\(flaw)"
    case .io(let error, let context): "\(context): \(error)"
    }
  }
}

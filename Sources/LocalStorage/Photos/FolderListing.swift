public import Posix
public import Storage

/// What a photo folder held at a moment.
public struct FolderListing: Equatable, Sendable {
  /// Its regular files, recursively, in the order of their paths' bytes.
  public var members: [TreeMember]
  /// Paths of the folders in it, recursively, relative to it.
  public var directories: [[UInt8]]
  /// When a file or folder of it, or the folder itself, last changed in any way: a change of content, of attributes, a
  /// name that came or went. Taken from `st_ctime`, which nobody sets. Nil where that is not known.
  public var newestChange: Timestamp?
  /// The same of folders alone: when a name last came or went.
  public var newestDirectoryChange: Timestamp?

  /// A listing.
  public init(
    members: [TreeMember], directories: [[UInt8]] = [], newestChange: Timestamp? = nil,
    newestDirectoryChange: Timestamp? = nil
  ) {
    self.members = members
    self.directories = directories
    self.newestChange = newestChange
    self.newestDirectoryChange = newestDirectoryChange
  }
}

/// Where the file of an object lies in the folder of its bucket.
///
/// A key is its own path: `a/b/c.jpg` is the file `c.jpg` in `a/b`. Some keys can be no path. Their segments are
/// escaped, each for itself, as a name that begins with `%`:
///
/// | name | stands for | when |
/// | --- | --- | --- |
/// | `%_text` | the segment `text` | it is empty, `.`, `..` or `.vitrine`, begins with `%`, or holds NUL |
/// | `%+text` | the beginning of a segment that goes on in the next name | the segment needs more than 255 bytes |
/// | `%=text` | the last segment `text` of a key that is also a folder | the object `a` beside the object `a/b` |
///
/// In `text`, `%` is written `%25`, and NUL `%00`. So `photos/` is `photos/%_`, `a//b` is `a/%_/b`, `../b` is `%_../b`
/// and `%41` is `%_%2541`; `100%` stays as it is. A long segment is cut as late as possible, between two characters;
/// what is left of it is a name like any other. Every key has exactly one plain path and one shadowed path, and no two
/// keys share any.
///
/// The first two rows follow from the key alone. The third is the store's to choose: `plain` is taken while no folder
/// of that name exists; when one is to be made for another key, the file that is in its way is first renamed to its
/// `shadowed` path. An object is to be looked for at both.
public struct ObjectPath: Hashable, Sendable {
  /// Which of a key's two paths it is.
  public enum Form: Hashable, Sendable {
    /// The ordinary one.
    case plain
    /// The one for a key whose ordinary path is a folder.
    case shadowed
  }

  /// The folder that is the program's own in each root, and therefore no object's.
  static let privateFolder = ".vitrine"
  /// The longest name that Linux's file systems take, in bytes.
  static let nameLimit = 255

  /// The key of the object.
  public let key: ObjectKey
  /// Which of the key's paths it is.
  public let form: Form
  /// The path from the bucket's folder, without a slash at either end. It is valid UTF-8.
  public let bytes: [UInt8]

  /// The path of an object.
  public init(_ key: ObjectKey, form: Form = .plain) {
    self.key = key
    self.form = form
    bytes = Self.path(of: key, form)
  }

  /// The object whose file lies at `path`, which is relative to the bucket's folder; nil if it is no key's path.
  ///
  /// Such a file did not come from here: its name is not UTF-8, too long for a key, or begins with `%` by chance. The
  /// last can be made an object's by giving it the path of the key that it looks like.
  public init?(path: [UInt8]) {
    guard let (key, form) = Self.decoded(path), Self.path(of: key, form) == path else { return nil }
    self.key = key
    self.form = form
    bytes = path
  }

  /// The names along the path, the file's own as the last.
  public var names: [ArraySlice<UInt8>] {
    bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
  }

  /// The path of the folder that holds the file; empty for the bucket's own.
  public var folder: ArraySlice<UInt8> {
    bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes[..<$0] } ?? []
  }

  /// The file's name.
  public var name: ArraySlice<UInt8> {
    bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes[($0 + 1)...] } ?? bytes[...]
  }
}

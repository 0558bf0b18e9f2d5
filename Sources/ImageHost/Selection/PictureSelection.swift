internal import Pictures
internal import Storage

/// Chosen pictures, and what they are called in an archive.
struct PictureSelection {
  /// Keys and paths.
  private(set) var members: [(key: [UInt8], path: [UInt8])] = []

  /// - Parameter pictures: all different.
  init(_ pictures: [PictureMetadata]) {
    var names = SelectionMemberNames()
    for picture in pictures {
      members.append((Array(picture.name.text.utf8), Array(names.name(for: picture).utf8)))
    }
  }

  /// What an archive of them is made of.
  var tree: TreeSelection { TreeSelection(bucket: PictureBucket.bucketName, .chosen(members)) }
}

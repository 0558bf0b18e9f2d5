internal import DurableFiles
internal import Storage

extension ImageStore {
  /// Keeps a thumbnail of a picture where the web server finds it, unless the picture is gone by now.
  func keepThumbnail(
    _ bytes: [UInt8], of name: StoredName, _ density: ThumbnailDensity
  ) throws(StorageError) {
    try thumbnails.keep(bytes, of: name, density)
    // Whoever removes a picture removes its thumbnails first: this one may have come after.
    if try folder.status(of: name) == nil { thumbnails.remove(name) }
  }
}

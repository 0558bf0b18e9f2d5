internal import HTTPSemantics
internal import Journal
internal import S3Documents
internal import Storage
internal import WebService

extension S3Error {
  /// A bucket that takes only some contents refuses one. The statuses are those of the image host.
  init(_ refusal: ContentRefusal) {
    switch refusal {
    case .picture(let cause): self.init(cause)
    case .blocked: self = .accessDenied("This picture is blocked.")
    case .key:
      self.init(
        "InvalidArgument", .badRequest,
        "The key of a picture is a plain file name, without a slash or a first dot.")
    case .fileExtension(let type):
      self.init(
        "UnsupportedMediaType", .unsupportedMediaType,
        "The extension of the key is not that of the content, which is \(type).")
    case .storageClass:
      self.init("InvalidStorageClass", .badRequest, "Pictures have the storage class STANDARD and no other.")
    case .metadata:
      self.init("InvalidArgument", .badRequest, "A picture has less room for metadata and tags.")
    }
  }

  private init(_ refusal: PictureRefusal) {
    let reason = Problem(refusal).text(LocalizedStrings(.english))
    switch refusal {
    case .tooLarge: self.init("EntityTooLarge", .badRequest, reason)
    case .fileExtension, .content, .empty: self.init("UnsupportedMediaType", .unsupportedMediaType, reason)
    case .truncated, .corrupt, .pixels: self.init("InvalidImage", .unprocessableContent, reason)
    }
  }
}

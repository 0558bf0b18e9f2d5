/// The answer to a form upload that asked for status 201.
public enum PostResponse {
  /// The document. It has no namespace.
  ///
  /// - Parameters:
  ///   - location: the object's URL.
  ///   - etag: the entity tag without its quotes.
  public static func document(location: String, bucket: BucketName, key: ObjectKey, etag: String) -> [UInt8] {
    XMLWriter.document("PostResponse", namespace: nil) { xml in
      xml.element("Location", location)
      xml.element("Bucket", bucket.text)
      xml.element("Key", key.text)
      xml.entityTag(etag)
    }
  }
}

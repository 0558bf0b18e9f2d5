/// The answer to CreateMultipartUpload.
public enum InitiateMultipartUploadResult {
  /// The document.
  public static func document(bucket: BucketName, key: ObjectKey, uploadID: String) -> [UInt8] {
    XMLWriter.document("InitiateMultipartUploadResult") { xml in
      xml.element("Bucket", bucket.text)
      xml.element("Key", key.text)
      xml.element("UploadId", uploadID)
    }
  }
}

internal import CCrypto

/// One message digest under way in libcrypto (EVP_DigestInit(3)).
///
/// A context is made per digest: nothing of libcrypto's is set up before a process forks.
/// libcrypto fails here only when memory is exhausted or when its configuration forbids the algorithm; the program
/// cannot do its work then, so it stops. It has one owner and no thread of its own, so that it may move between threads.
@safe struct DigestContext: ~Copyable, @unchecked Sendable {
  private let context: OpaquePointer
  private let size: Int

  init(_ algorithm: OpaquePointer?) {
    guard let algorithm = unsafe algorithm, let context = unsafe EVP_MD_CTX_new() else {
      fatalError("libcrypto has no memory for a digest")
    }
    guard unsafe EVP_DigestInit_ex(context, algorithm, nil) == 1 else {
      fatalError("libcrypto refuses a digest algorithm: is it restricted in openssl.cnf?")
    }
    unsafe self.context = unsafe context
    size = unsafe Int(EVP_MD_get_size(algorithm))
  }

  deinit {
    unsafe EVP_MD_CTX_free(context)
  }

  mutating func update(_ bytes: Span<UInt8>) {
    let done = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    }
    precondition(done == 1, "libcrypto failed in the middle of a digest")
  }

  /// The digest of the message so far, which may go on.
  func current() -> [UInt8] {
    guard let copy = unsafe EVP_MD_CTX_new(), unsafe EVP_MD_CTX_copy_ex(copy, context) == 1 else {
      fatalError("libcrypto has no memory for a digest")
    }
    return unsafe DigestContext(copy, size).finalize()
  }

  private init(_ context: OpaquePointer, _ size: Int) {
    unsafe self.context = unsafe context
    self.size = size
  }

  consuming func finalize() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let done = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
      precondition(done == 1, "libcrypto failed at the end of a digest")
      count = size
    }
  }
}

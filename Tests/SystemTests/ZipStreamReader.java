import java.io.FileInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Reads a zip from front to back, trusting local headers alone; prints name (hexadecimal UTF-8), size and SHA-256. */
class ZipStreamReader {
  public static void main(String[] arguments) throws Exception {
    try (var zip = new ZipInputStream(new FileInputStream(arguments[0]))) {
      var buffer = new byte[1 << 16];
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        var digest = MessageDigest.getInstance("SHA-256");
        long size = 0;
        for (int count = zip.read(buffer); count > 0; count = zip.read(buffer)) {
          digest.update(buffer, 0, count);
          size += count;
        }
        var hexadecimal = HexFormat.of();
        System.out.println(
            hexadecimal.formatHex(entry.getName().getBytes("UTF-8")) + " " + size + " "
                + hexadecimal.formatHex(digest.digest()));
      }
    }
  }
}

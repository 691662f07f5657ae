package io.registryrouter.config;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;

/**
 * Certificates and keys in PEM files (RFC 7468). The JDK reads certificates, Vert.x reads keys:
 * PKCS#8, PKCS#1 (RSA) and SEC 1 (EC), unencrypted.
 */
final class Pem {

  private static final String NOT_ITS_KEY = "does not hold the key of the certificate";

  private Pem() {}

  /** A file can be read, and what is in it cannot be used; the message says why. */
  static final class Unusable extends GeneralSecurityException {

    private static final long serialVersionUID = 1L;

    Unusable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** All certificates of a file, at least one. */
  static List<X509Certificate> certificates(Path file) throws IOException, Unusable {
    byte[] text = ConfigFiles.read(file);
    try {
      List<X509Certificate> certificates = new ArrayList<>();
      CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(text))
          .forEach(certificate -> certificates.add((X509Certificate) certificate));
      if (certificates.isEmpty()) {
        throw new CertificateException("it is empty");
      }
      return certificates;
    } catch (CertificateException e) {
      throw new Unusable("holds no certificate that begins with -----BEGIN CERTIFICATE-----", e);
    }
  }

  /** Trusts what these certificates have signed. */
  static TrustManager[] trust(List<X509Certificate> authorities)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("ca-" + i, authorities.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** Shows the certificate, with the rest of its chain if the file has it. */
  static KeyManager[] identity(Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    X509Certificate own = certificates(certificate).get(0);
    KeyManagerFactory factory = load(ConfigFiles.read(certificate), ConfigFiles.read(key));
    X509KeyManager manager = (X509KeyManager) factory.getKeyManagers()[0];
    String alias = manager.getClientAliases(own.getPublicKey().getAlgorithm(), null)[0];
    if (!fits(manager.getPrivateKey(alias), own.getPublicKey())) {
      throw new Unusable(NOT_ITS_KEY, null);
    }
    return factory.getKeyManagers();
  }

  private static KeyManagerFactory load(byte[] certificate, byte[] key) throws Unusable {
    try {
      return new PemKeyCertOptions()
          .addCertValue(Buffer.buffer(certificate))
          .addKeyValue(Buffer.buffer(key))
          .getKeyManagerFactory(null); // no Vert.x is needed for what is in memory
    } catch (Exception e) {
      throw new Unusable(whyNot(key, e), e);
    }
  }

  private static String whyNot(byte[] key, Exception e) {
    if (new String(key, StandardCharsets.ISO_8859_1).contains("ENCRYPTED")) {
      return "holds an encrypted key, not one that needs no passphrase (openssl pkey takes it off)";
    }
    // The JDK's key store looks whether both are of the same kind, no further.
    return String.valueOf(e.getMessage()).contains("algorithm does not match")
        ? NOT_ITS_KEY
        : "holds no RSA or EC key that begins with -----BEGIN PRIVATE KEY-----";
  }

  private static boolean fits(PrivateKey key, PublicKey certified) {
    try {
      Signature signature =
          Signature.getInstance(
              key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(key);
      signature.update(certified.getEncoded());
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(certified.getEncoded());
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // a key of another kind
    }
  }
}

package io.registryrouter.support;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A file system with a page cache, which a killed process leaves as it is and a power failure
 * empties. On disk is what was forced, of a directory the names in it. What an fsync that failed
 * had to bring there it brings with none that follows, as on Linux, unless it is written again.
 */
public final class VolatileFileSystem extends FileSystem {

  public static final int PAGE = 4096;

  private static final Set<OpenOption> OPTIONS =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);

  private final Provider provider = new Provider();
  private final Inode root = new Inode(true);
  private Fault fault = Fault.NONE;

  public enum Operation {
    CREATE,
    WRITE,
    FSYNC
  }

  /** What happens before an operation, which is not done when this throws something. */
  public interface Fault {
    Fault NONE = (operation, file) -> {};

    void before(Operation operation, Path file) throws IOException;
  }

  /** Ends a process: nobody who catches it goes on with its files. */
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  public void fault(Fault next) {
    fault = next;
  }

  /** As the system does from time to time. */
  public void writeBack(Path file) throws IOException {
    find(file).fsync();
  }

  public void losePower() {
    root.losePower();
  }

  private Inode find(Path path) throws NoSuchFileException {
    Inode found = root;
    for (Path name : path) {
      found = found.names.get(name.toString());
      if (found == null) {
        throw new NoSuchFileException(path.toString());
      }
    }
    return found;
  }

  /** The names beside that of a file. */
  private Map<String, Inode> names(Path file) throws NoSuchFileException {
    return find(file.getParent()).names;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** Of a directory the names in it, of a file its bytes. */
  private static final class Inode {
    private final boolean isDirectory;
    private final Map<String, Inode> names = new TreeMap<>();
    private final Map<String, Inode> namesOnDisk = new TreeMap<>();
    private byte[] bytes = new byte[0];
    private byte[] bytesOnDisk = new byte[0];
    private final BitSet dirtyPages = new BitSet();

    Inode(boolean isDirectory) {
      this.isDirectory = isDirectory;
    }

    int read(ByteBuffer into, int position) {
      if (position >= bytes.length) {
        return -1;
      }
      int count = Math.min(into.remaining(), bytes.length - position);
      into.put(bytes, position, count);
      return count;
    }

    int write(ByteBuffer from, int position) {
      int count = from.remaining();
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length, position + count));
      from.get(bytes, position, count);
      touch(position, position + count);
      return count;
    }

    void truncate(int size) {
      if (size < bytes.length) {
        touch(size, bytes.length);
        bytes = Arrays.copyOf(bytes, size);
      }
    }

    private void touch(int from, int to) {
      dirtyPages.set(from / PAGE, (to + PAGE - 1) / PAGE);
    }

    void fsync() {
      namesOnDisk.clear();
      namesOnDisk.putAll(names);
      bytesOnDisk = Arrays.copyOf(bytesOnDisk, bytes.length);
      dirtyPages.stream().forEach(this::writePage);
      dirtyPages.clear();
    }

    private void writePage(int page) {
      int from = Math.min(page * PAGE, bytes.length);
      int to = Math.min(from + PAGE, bytes.length);
      System.arraycopy(bytes, from, bytesOnDisk, from, to - from);
    }

    void failFsync() {
      dirtyPages.clear();
    }

    void losePower() {
      names.clear();
      names.putAll(namesOnDisk);
      names.values().forEach(Inode::losePower);
      bytes = bytesOnDisk.clone();
      dirtyPages.clear();
    }
  }

  private record Attributes(
      FileTime lastModifiedTime,
      FileTime lastAccessTime,
      FileTime creationTime,
      boolean isRegularFile,
      boolean isDirectory,
      boolean isSymbolicLink,
      boolean isOther,
      long size,
      Object fileKey)
      implements BasicFileAttributes {

    static Attributes of(Inode inode) {
      FileTime never = FileTime.fromMillis(0);
      boolean isDirectory = inode.isDirectory;
      return new Attributes(
          never, never, never, !isDirectory, isDirectory, false, false, inode.bytes.length, inode);
    }
  }

  private record Listing(Iterator<Path> iterator) implements DirectoryStream<Path> {
    @Override
    public void close() {
      // nothing is held
    }
  }

  private final class Channel extends UnsupportedChannel {
    private final Path path;
    private final Inode inode;
    private long position;

    Channel(Path path, Inode inode) {
      this.path = path;
      this.inode = inode;
    }

    @Override
    public int read(ByteBuffer into) {
      int count = read(into, position);
      position += Math.max(0, count);
      return count;
    }

    @Override
    public int read(ByteBuffer into, long from) {
      return inode.read(into, (int) from);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      int count = write(bytes, position);
      position += count;
      return count;
    }

    @Override
    public int write(ByteBuffer bytes, long to) throws IOException {
      fault.before(Operation.WRITE, path);
      return inode.write(bytes, (int) to);
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate((int) count);
      read(bytes, from);
      return target.write(bytes.flip());
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public FileChannel position(long next) {
      position = next;
      return this;
    }

    @Override
    public long size() {
      return inode.bytes.length;
    }

    @Override
    public FileChannel truncate(long size) {
      inode.truncate((int) size);
      return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      try {
        fault.before(Operation.FSYNC, path);
      } catch (IOException e) {
        inode.failFsync();
        throw e;
      }
      inode.fsync();
    }

    @Override
    protected void implCloseChannel() {
      // nothing is held
    }
  }

  private final class Provider extends FileSystemProvider {

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      if (!OPTIONS.containsAll(options)) {
        throw new UnsupportedOperationException(options.toString());
      }
      if (options.contains(StandardOpenOption.CREATE) && !Files.exists(path)) {
        fault.before(Operation.CREATE, path);
        names(path).put(name(path), new Inode(false));
      }
      return new Channel(path, find(path));
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return newFileChannel(path, options, attributes);
    }

    /** All that is in it, as {@link Files#list} asks for. */
    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
      return new Listing(
          find(directory).names.keySet().stream().map(directory::resolve).toList().iterator());
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
      if (Files.exists(directory)) {
        throw new FileAlreadyExistsException(directory.toString());
      }
      names(directory).put(name(directory), new Inode(true));
    }

    @Override
    public void delete(Path file) throws IOException {
      find(file);
      names(file).remove(name(file));
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
      names(to).put(name(to), find(from));
      delete(from);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      find(path);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return type.cast(Attributes.of(find(path)));
    }

    @Override
    public String getScheme() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSameFile(Path one, Path other) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isHidden(Path path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileStore getFileStore(Path path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
      throw new UnsupportedOperationException();
    }
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public Path getPath(String first, String... more) {
    return here(FileSystems.getDefault().getPath(first, more));
  }

  /** The path of the default file system, but that it leads to this one. */
  private Path here(Path path) {
    return (Path)
        Proxy.newProxyInstance(
            VolatileFileSystem.class.getClassLoader(),
            new Class<?>[] {Path.class},
            (proxy, method, arguments) -> call(path, method, arguments));
  }

  private Object call(Path path, Method method, Object[] arguments)
      throws ReflectiveOperationException {
    if (method.getName().equals("getFileSystem")) {
      return this;
    }
    Object[] there = arguments == null ? new Object[0] : arguments.clone();
    Arrays.setAll(there, i -> there[i] instanceof Path other ? there(other) : there[i]);
    Object result = method.invoke(path, there);
    return result instanceof Path other ? here(other) : result;
  }

  private static Path there(Path path) {
    return FileSystems.getDefault().getPath(path.toString());
  }

  @Override
  public boolean isOpen() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isReadOnly() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String getSeparator() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    throw new UnsupportedOperationException();
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    throw new UnsupportedOperationException();
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException();
  }
}

import com.android.tools.r8.CompilationMode;
import com.android.tools.r8.D8;
import com.android.tools.r8.D8Command;
import com.android.tools.r8.JdkClassFileProvider;
import com.android.tools.r8.OutputMode;
import com.android.tools.r8.R8;
import com.android.tools.r8.R8Command;
import com.android.tools.r8.origin.Origin;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs D8 and R8 for many apps in one process. A line of input: tool, folder for the DEX files, libraries (joined as in a class
 * path), program files (tabs). By `r8-own` the app alone is shrunk and renamed, as far as its rules and Android's let it be.
 */
public final class Dexing {
  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] parts = line.split("\t");
      Path out = Path.of(parts[1]);
      Files.createDirectories(out);
      List<Path> program = new ArrayList<>();
      for (int i = 3; i < parts.length; i++) program.add(Path.of(parts[i]));
      List<Path> libraries = new ArrayList<>();
      for (String library : parts[2].split(File.pathSeparator)) libraries.add(Path.of(library));
      if (parts[0].startsWith("r8")) {
        // What a layout or another class of the system may call is kept with the activity, as by the rules of aapt.
        String kept = parts[0].equals("r8-own") ? "<init>(); public <methods>; protected <methods>;" : "<init>();";
        R8.run(R8Command.builder().addProgramFiles(program).addLibraryFiles(libraries)
            .addLibraryResourceProvider(JdkClassFileProvider.fromSystemJdk()).setMinApiLevel(24)
            .setMode(CompilationMode.RELEASE).setOutput(out, OutputMode.DexIndexed)
            .addProguardConfiguration(List.of(
                "-keep class io.agora.** { *; }", "-keep class * extends android.app.Activity { " + kept + " }",
                "-dontwarn **", "-repackageclasses 'a'"), Origin.unknown())
            .build());
      } else {
        D8.run(D8Command.builder().addProgramFiles(program).addLibraryFiles(libraries).setMinApiLevel(24)
            .setMode(CompilationMode.RELEASE).setOutput(out, OutputMode.DexIndexed).build());
      }
    }
  }
}

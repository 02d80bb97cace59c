import com.android.tools.r8.CompilationMode;
import com.android.tools.r8.D8;
import com.android.tools.r8.D8Command;
import com.android.tools.r8.JdkClassFileProvider;
import com.android.tools.r8.OutputMode;
import com.android.tools.r8.R8;
import com.android.tools.r8.R8Command;
import com.android.tools.r8.origin.Origin;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs D8 and R8 for many apps in one process. A line of input: tool, folder for the DEX files, library, program files (tabs). */
public final class Dexing {
  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] parts = line.split("\t");
      Path out = Path.of(parts[1]);
      Files.createDirectories(out);
      List<Path> program = new ArrayList<>();
      for (int i = 3; i < parts.length; i++) program.add(Path.of(parts[i]));
      Path library = Path.of(parts[2]);
      if (parts[0].equals("r8")) {
        R8.run(R8Command.builder().addProgramFiles(program).addLibraryFiles(library)
            .addLibraryResourceProvider(JdkClassFileProvider.fromSystemJdk()).setMinApiLevel(24)
            .setMode(CompilationMode.RELEASE).setOutput(out, OutputMode.DexIndexed)
            .addProguardConfiguration(List.of(
                "-keep class io.agora.** { *; }", "-keep class * extends android.app.Activity { <init>(); }",
                "-dontwarn **", "-repackageclasses 'a'"), Origin.unknown())
            .build());
      } else {
        D8.run(D8Command.builder().addProgramFiles(program).addLibraryFiles(library).setMinApiLevel(24)
            .setMode(CompilationMode.RELEASE).setOutput(out, OutputMode.DexIndexed).build());
      }
    }
  }
}

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("field", "0001_first")]

    operations = [
        migrations.AlterField(
            model_name="receipt",
            name="made",
            field=models.BigIntegerField(
                blank=True, help_text="id of the person, door or duty that came of it", null=True
            ),
        ),
    ]

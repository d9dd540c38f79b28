from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_first'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='reportform',
            name='report_form_rows_known',
        ),
        migrations.AlterField(
            model_name='reportform',
            name='rows',
            field=models.CharField(choices=[('person', 'a person'), ('household', 'a household'), ('every_door', 'a household, and every door where nobody is counted'), ('micro_grid', 'a micro-grid'), ('grid', 'a grid')], help_text='what one row of it is about', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='reportform',
            constraint=models.CheckConstraint(condition=models.Q(('rows__in', ['person', 'household', 'every_door', 'micro_grid', 'grid'])), name='report_form_rows_known'),
        ),
    ]
